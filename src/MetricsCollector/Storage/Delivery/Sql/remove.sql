DELETE FROM spooled WHERE place <= @place
