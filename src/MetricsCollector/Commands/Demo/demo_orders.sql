-- One transaction of the shop: somebody orders, an old order ships, somebody looks at their orders.
INSERT INTO orders (customer_id, amount) SELECT 1 + floor(random() * 1000)::int, round((random() * 100)::numeric, 2) FROM generate_series(1, 5);
UPDATE orders SET shipped = true WHERE order_id = (SELECT order_id FROM orders WHERE NOT shipped ORDER BY order_id LIMIT 1);
SELECT count(*), sum(amount) FROM orders WHERE customer_id = 1 + floor(random() * 1000)::int;
