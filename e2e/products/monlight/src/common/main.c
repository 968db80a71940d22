#include "db.h"
#include "env.h"
#include "forward.h"
#include "guard.h"
#include "log.h"
#include "service.h"
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

size_t body_limit;
unsigned requests_per_minute;
static const char *api_key;

/* The relay's browsers are counted by their key, everybody else by address. */
static const char *client_of(const struct request *request, char *key, size_t size)
{
	return request_header(request, "X-Monlight-Key", key, size) ? key : request->peer;
}

static bool limited(const struct request *request, struct response *response)
{
	char key[64];
	const char *client = client_of(request, key, sizeof key);
	unsigned wait = seconds_to_wait(client, requests_per_minute);
	if (wait)
		reply(response, 429, "{\"detail\": \"Rate limit exceeded\", \"retry_after\": %u}", wait);
	return wait > 0;
}

static void home(struct response *response)
{
	response->content_type = "text/html; charset=utf-8";
	reply(response, 200,
	      "<!doctype html><html lang=\"en\"><head><title>%s</title></head>"
	      "<body class=\"service\"><h1>%s</h1><p>Version %s</p></body></html>\n",
	      service.name, service.name, VERSION);
}

static void handle(struct request *request, struct response *response)
{
	if (request_is(request, "GET", "/health")) {
		service.health(response);
		return;
	}
	if (limited(request, response))
		return;
	if (request_is(request, "GET", "/")) {
		home(response);
		return;
	}
	if (service.handle_open && service.handle_open(request, response))
		return;
	if (!has_api_key(request, api_key))
		reply_detail(response, 401, "Invalid API key");
	else if (!service.handle(request, response))
		reply_detail(response, 404, "Not found");
}

static void configure(void)
{
	api_key = env_required(service.api_key_variable);
	body_limit = service.body_limit;
	requests_per_minute = service.requests_per_minute;
	if (service.configure)
		service.configure();
}

static void open_database(void)
{
	const char *path = env_or("DATABASE_PATH", service.database);
	db_open(path);
	if (!db_migrate(service.migrations, *service.migration_count)) {
		log_error("%s database migration failed", service.name);
		db_close();
		fatal("cannot continue without a database");
	}
	log_info("%s database initialized at %s", service.name, path);
}

int main(int argc, char *argv[])
{
	unsigned short port = (unsigned short)env_number("PORT", 8000, 1, 65535);
	if (argc > 1 && strcmp(argv[1], "--healthcheck") == 0)
		return health_answers_200(port) ? 0 : 1;
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		return puts(VERSION) < 0;
	/* Threads come and go with requests: one arena, and big blocks given back at once, keep the memory small. */
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 64 * 1024);
	signal(SIGPIPE, SIG_IGN);
	configure();
	log_info("%s %s starting", service.name, VERSION);
	open_database();
	if (service.start)
		service.start();
	http_serve(&(struct server){.address = env_or("LISTEN_ADDRESS", "0.0.0.0"),
	                            .port = port,
	                            .body_limit = body_limit,
	                            .handle = handle});
	db_close();
	return 0;
}
