#include "json.h"
#include "db.h"

bool body_is_json(const struct request *request, struct response *response)
{
	bool valid = db_get(NULL, "SELECT 1 WHERE json_valid(?1)", request->body ? request->body : "") == DB_ROW;
	if (!valid)
		reply_detail(response, 400, "Invalid JSON");
	return valid;
}

bool body_has(const struct request *request, struct response *response, const char *field, struct text *value)
{
	enum db_result found = db_get(value,
	                              "SELECT json_extract(?1, '$.' || ?2)"
	                              " WHERE json_type(?1) = 'object' AND json_type(?1, '$.' || ?2) = 'text'",
	                              request->body, field);
	if (found == DB_ERROR)
		reply_detail(response, 500, "Internal server error");
	else if (found == DB_DONE)
		reply(response, 400, "{\"detail\": \"Missing required field: %s\"}", field);
	return found == DB_ROW;
}
