SELECT count(*) FROM spooled
