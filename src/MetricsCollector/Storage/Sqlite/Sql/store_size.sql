SELECT (p.page_count - f.freelist_count) * s.page_size, p.page_count * s.page_size,
       (SELECT min(started_at) FROM collections), (SELECT max(started_at) FROM collections)
FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s
