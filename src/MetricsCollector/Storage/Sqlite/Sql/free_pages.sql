SELECT f.freelist_count, p.page_count FROM pragma_freelist_count f, pragma_page_count p
