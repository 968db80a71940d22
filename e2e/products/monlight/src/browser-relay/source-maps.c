#include "../common/db.h"
#include "../common/json.h"
#include "relay.h"

static void upload_map(struct request *request, struct response *response)
{
	if (!body_is_json(request, response) || !body_has(request, response, "project", NULL) ||
	    !body_has(request, response, "release", NULL) || !body_has(request, response, "file_url", NULL) ||
	    !body_has(request, response, "map_content", NULL))
		return;
	enum db_result stored =
	   db_get(&response->body,
	          "INSERT INTO source_maps (project, release, file_url, map_content) SELECT json_extract(?1, '$.project'),"
	          " json_extract(?1, '$.release'), json_extract(?1, '$.file_url'), json_extract(?1, '$.map_content')"
	          " WHERE true ON CONFLICT (project, release, file_url) DO UPDATE SET map_content = excluded.map_content,"
	          " uploaded_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') RETURNING json_object('status', 'uploaded',"
	          " 'project', project, 'release', release, 'file_url', file_url)",
	          request->body);
	reply_found(response, stored);
	if (stored == DB_ROW)
		response->status = 201;
}

static void list_maps(struct request *request, struct response *response)
{
	char project[101];
	reply_found(response,
	            db_get(&response->body,
	                   "SELECT json_object('source_maps', json_group_array(json_object('id', id, 'project', project,"
	                   " 'release', release, 'file_url', file_url, 'uploaded_at', uploaded_at)), 'total', count(*))"
	                   " FROM (SELECT * FROM source_maps WHERE ?1 IS NULL OR project = ?1 ORDER BY id DESC LIMIT 500)",
	                   request_parameter(request, "project", project, sizeof project)));
}

static void delete_map(const char *id, struct response *response)
{
	enum db_result found = db_get(NULL, "DELETE FROM source_maps WHERE id = ?1 RETURNING id", id);
	if (found == DB_ROW)
		reply(response, 200, "{\"status\": \"deleted\"}");
	else
		reply_found(response, found);
}

bool handle_source_maps(struct request *request, struct response *response)
{
	char id[20];
	if (request_is(request, "POST", "/api/source-maps"))
		upload_map(request, response);
	else if (request_is(request, "GET", "/api/source-maps"))
		list_maps(request, response);
	else if (request_has_id(request, "DELETE", "/api/source-maps/", "", id))
		delete_map(id, response);
	else
		return false;
	return true;
}
