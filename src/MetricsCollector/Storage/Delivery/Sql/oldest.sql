SELECT place, weight, pass FROM spooled WHERE place > @storedTo ORDER BY place
