SELECT min(n.oldest), max(n.newest)
FROM targets t
CROSS JOIN LATERAL (
  SELECT (SELECT c.started_at FROM collections c WHERE c.target_id = t.target_id ORDER BY c.started_at LIMIT 1) AS oldest,
         (SELECT c.started_at FROM collections c WHERE c.target_id = t.target_id ORDER BY c.started_at DESC LIMIT 1) AS newest) n
WHERE @target::text IS NULL OR t.name = @target
