SELECT count(*) FROM spooled WHERE place > @storedTo
