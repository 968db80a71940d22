#include "../common/db.h"
#include "metrics.h"

#define PERIOD                                                                                                         \
	"CASE ?2 WHEN '1h' THEN '-1 hours' WHEN '7d' THEN '-7 days' WHEN '30d' THEN '-30 days' ELSE '-24 hours' END"
#define RESOLUTION                                                                                                     \
	"CASE WHEN ?3 IN ('minute', 'hour') THEN ?3 WHEN ?2 IN ('7d', '30d') THEN 'hour' ELSE 'minute' END"

/* A month of hours with a few label sets; more would not help a chart and could fill the memory. */
#define BUCKET_LIMIT "2000"

/* ?4 is `key:value,key2:value2`: as many pairs have to be among the labels. */
#define HAS_LABELS                                                                                                     \
	"(?4 IS NULL OR NOT EXISTS (SELECT 1 FROM json_each('[\"' || replace(replace(?4, '\"', ''), ',', '\",\"') || '\"]')" \
	" AS pair WHERE NOT EXISTS (SELECT 1 FROM json_each(m.labels) AS label"                                             \
	" WHERE label.key || ':' || label.value = pair.value)))"

void query_metric(struct request *request, struct response *response)
{
	char name[201], period[8], resolution[8], labels[512];
	if (!request_parameter(request, "name", name, sizeof name) || !*name) {
		reply_detail(response, 400, "Missing required parameter: name");
		return;
	}
	reply_found(response,
	            db_get(&response->body,
	                   "SELECT json_object('name', ?1, 'resolution', " RESOLUTION ", 'period', coalesce(?2, '24h'),"
	                   " 'data', (SELECT json_group_array(json_object('bucket', bucket, 'labels', json(labels),"
	                   " 'count', count, 'sum', sum, 'min', min, 'max', max, 'avg', avg, 'p50', p50, 'p95', p95,"
	                   " 'p99', p99)) FROM (SELECT * FROM metrics_aggregated m WHERE name = ?1"
	                   " AND resolution = " RESOLUTION " AND bucket >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', " PERIOD ")"
	                   " AND " HAS_LABELS " ORDER BY bucket LIMIT " BUCKET_LIMIT ")))",
	                   name, request_parameter(request, "period", period, sizeof period),
	                   request_parameter(request, "resolution", resolution, sizeof resolution),
	                   request_parameter(request, "labels", labels, sizeof labels)));
}

void list_metric_names(struct response *response)
{
	reply_found(response, db_get(&response->body,
	                             "SELECT json_object('metrics', (SELECT json_group_array(json_object('name', name,"
	                             " 'type', type)) FROM (SELECT name, type FROM metrics_raw UNION"
	                             " SELECT name, type FROM metrics_aggregated ORDER BY name, type)))"));
}

void show_dashboard(struct response *response)
{
	reply_found(response, db_get(&response->body,
	                             "SELECT json_object('web_vitals', (SELECT json_group_array(json_object('name', name,"
	                             " 'count', n, 'avg', a)) FROM (SELECT name, count(*) AS n, avg(value) AS a FROM"
	                             " metrics_raw WHERE name LIKE 'web_vitals_%' GROUP BY name ORDER BY name)))"));
}
