UPDATE metric_definitions SET fields = @fields WHERE metric_id = @id
