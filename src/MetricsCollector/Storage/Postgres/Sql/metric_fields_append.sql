UPDATE metric_definitions SET fields = fields || @added WHERE metric_id = @id
