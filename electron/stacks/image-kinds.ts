/**
 * Images that other products bring along: databases, caches, queues, stores and proxies. Changing their version is an
 * operation of its own (a new major often cannot read the old data), so a product's upgrade leaves them alone.
 */
const INFRASTRUCTURE = new Set(
  `postgres postgresql postgis pgvector timescaledb timescaledb-ha pgbouncer pgbouncer-exporter cockroach
  mysql mysql-server mariadb percona percona-server mongo mongodb mongodb-community-server cassandra scylla couchdb
  clickhouse clickhouse-server influxdb neo4j mssql server-mssql redis redis-stack redis-stack-server valkey keydb
  dragonfly memcached rabbitmq kafka cp-kafka redpanda zookeeper cp-zookeeper nats etcd consul vault
  elasticsearch opensearch meilisearch typesense solr qdrant weaviate milvus chroma minio mc seaweedfs localstack
  nginx nginx-proxy nginx-proxy-manager nginx-unprivileged openresty caddy traefik haproxy envoy httpd varnish kong
  docker-socket-proxy socket-proxy cloudflared tailscale acme-companion certbot
  prometheus grafana loki alloy promtail node-exporter cadvisor alertmanager otel-opentelemetry-collector
  busybox alpine debian ubuntu adminer pgadmin4 phpmyadmin mailhog mailpit watchtower`.split(/\s+/),
)

/** Whether a repository is known to be infrastructure, by its last segment: `bitnami/postgresql`, `postgres`. */
export function isInfrastructure(repository: string): boolean {
  return INFRASTRUCTURE.has(repository.slice(repository.lastIndexOf('/') + 1).toLowerCase())
}
