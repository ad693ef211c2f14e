INSERT INTO spooled (weight, pass) VALUES (@weight, @pass)
