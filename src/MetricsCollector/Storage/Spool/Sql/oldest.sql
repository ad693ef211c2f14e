SELECT place, weight, pass FROM spooled ORDER BY place
