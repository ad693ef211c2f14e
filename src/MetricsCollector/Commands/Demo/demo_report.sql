-- A report that reads everything and sorts more than fits into work_mem.
SELECT c.name, sum(o.amount) AS total
FROM orders AS o JOIN customers AS c USING (customer_id)
GROUP BY c.name
ORDER BY total DESC
LIMIT 10;
