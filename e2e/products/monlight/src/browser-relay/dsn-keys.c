#include "../common/db.h"
#include "../common/json.h"
#include "../common/log.h"
#include "relay.h"

static void create_key(struct request *request, struct response *response)
{
	struct text project = {0};
	if (!body_is_json(request, response) || !body_has(request, response, "project", &project)) {
		text_free(&project);
		return;
	}
	enum db_result created = db_get(&response->body,
	                                "INSERT INTO dsn_keys (public_key, project)"
	                                " VALUES (lower(hex(randomblob(16))), substr(json_extract(?1, '$.project'), 1, 100))"
	                                " RETURNING json_object('public_key', public_key, 'project', project, 'id', id)",
	                                request->body);
	reply_found(response, created);
	if (created == DB_ROW) {
		response->status = 201;
		log_info("DSN key created for project '%.100s'", project.data ? project.data : "");
	}
	text_free(&project);
}

static void list_keys(struct response *response)
{
	reply_found(response,
	            db_get(&response->body,
	                   "SELECT json_object('keys', (SELECT json_group_array(json_object('id', id, 'public_key',"
	                   " public_key, 'project', project, 'active', json(CASE active WHEN 0 THEN 'false' ELSE 'true' END),"
	                   " 'created_at', created_at)) FROM (SELECT * FROM dsn_keys ORDER BY id DESC LIMIT 500)))"));
}

static void deactivate_key(const char *id, struct response *response)
{
	enum db_result found = db_get(NULL, "UPDATE dsn_keys SET active = 0 WHERE id = ?1 RETURNING id", id);
	if (found == DB_ROW) {
		reply(response, 200, "{\"status\": \"deactivated\"}");
		log_info("DSN key %s deactivated", id);
	} else
		reply_found(response, found);
}

bool handle_dsn_keys(struct request *request, struct response *response)
{
	char id[20];
	if (request_is(request, "POST", "/api/dsn-keys"))
		create_key(request, response);
	else if (request_is(request, "GET", "/api/dsn-keys"))
		list_keys(response);
	else if (request_has_id(request, "DELETE", "/api/dsn-keys/", "", id))
		deactivate_key(id, response);
	else
		return false;
	return true;
}
