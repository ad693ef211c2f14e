namespace MetricsCollector.Commands.Demo;

/// <summary>What the demo tells people to try.</summary>
internal static class DemoText
{
    public static string Of(DemoServer server, string url) =>
        $"""

         PostgreSQL {server.Version} runs a little shop, and is watched every few seconds. Open:

           {url}/swagger            every endpoint, with "Try it out"
           {url}/api/v1/status      the collector itself

         Or ask (in another terminal):

           curl '{url}/api/v1/snapshots/latest?metric=database&label=datname:shop'
           curl '{url}/api/v1/query?metric=database&field=xact_commit&label=datname:shop&from=-5m'
           curl -X POST '{url}/api/v1/collections'

         What was collected is in plain tables:

           {server.PsqlCommand} \
             -c "SELECT * FROM metrics WHERE metric = 'checkpointer' ORDER BY collected_at DESC LIMIT 20"

         Ctrl+C ends the demo.

         """;
}
