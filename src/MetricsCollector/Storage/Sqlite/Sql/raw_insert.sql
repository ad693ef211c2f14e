INSERT INTO metrics_raw (series_id, collected_at, readings) VALUES (@series, @at, @readings) ON CONFLICT DO NOTHING
