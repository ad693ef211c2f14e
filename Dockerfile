# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /source

# The project files first: packages are restored again only when these change.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/MetricsCollector/MetricsCollector.csproj src/MetricsCollector/packages.lock.json src/MetricsCollector/
COPY src/MetricsCollector.LocalPostgres/MetricsCollector.LocalPostgres.csproj src/MetricsCollector.LocalPostgres/packages.lock.json \
    src/MetricsCollector.LocalPostgres/
RUN dotnet restore --locked-mode src/MetricsCollector

COPY appsettings.json README.md ./
COPY scripts/ scripts/
COPY eng/ eng/
COPY src/ src/
RUN dotnet publish src/MetricsCollector --no-restore --configuration Release --output /app \
 && mkdir /data

# No shell, no package manager, and a user that is not root.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app ./

# The store's file, or the spool, is here: mount a volume to keep it. Nothing else is written, so the root file system may be read-only.
COPY --from=build --chown=1654:1654 /data ./data

# The platform keeps the log of the console; the runtime's diagnostics would need a writable /tmp.
ENV ASPNETCORE_HTTP_PORTS=5080 \
    Log__Path="" \
    DOTNET_EnableDiagnostics=0
EXPOSE 5080
USER 1654

# Follows ASPNETCORE_URLS, ASPNETCORE_HTTP_PORTS and the other settings of the environment.
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s CMD ["./metrics-collector", "health"]

ENTRYPOINT ["./metrics-collector"]
