# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# The project files first: packages are restored again only when these change.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/MetricsCollector/MetricsCollector.csproj src/MetricsCollector/
COPY src/MetricsCollector.LocalPostgres/MetricsCollector.LocalPostgres.csproj src/MetricsCollector.LocalPostgres/
RUN dotnet restore src/MetricsCollector

COPY appsettings.json ./
COPY scripts/ scripts/
COPY src/ src/
RUN dotnet publish src/MetricsCollector --no-restore --configuration Release --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
WORKDIR /app
COPY --from=build /app ./

# The store's file, or the spool, is here: mount a volume to keep it.
RUN install -d -o $APP_UID /app/data

ENV ASPNETCORE_HTTP_PORTS=5080
EXPOSE 5080
USER $APP_UID

# The image has no curl; the shell of bash speaks HTTP well enough for one line.
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5080 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]

ENTRYPOINT ["./metrics-collector"]
