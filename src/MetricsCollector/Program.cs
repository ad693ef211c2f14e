Console.WriteLine("MetricsCollector");
