-- A little shop, so that the counters have something to count.
CREATE TABLE customers (
  customer_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL
);

CREATE TABLE orders (
  order_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id int NOT NULL REFERENCES customers,
  amount numeric(10, 2) NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  ordered_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX orders_by_customer ON orders (customer_id, ordered_at);

INSERT INTO customers (name) SELECT 'customer ' || i FROM generate_series(1, 1000) AS i;
INSERT INTO orders (customer_id, amount) SELECT 1 + i % 1000, i % 97 FROM generate_series(1, 20000) AS i;
