#include "guard.h"
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

/* Clients that are counted at a time; a further one takes the place of the one whose minute began first. */
#define CLIENTS 128
#define WINDOW_SECONDS 60

struct window {
	char client[64];
	time_t began;
	unsigned count;
};

static struct window windows[CLIENTS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

bool has_api_key(const struct request *request, const char *key)
{
	char given[256];
	if (!request_header(request, "X-API-Key", given, sizeof given) &&
	    !request_parameter(request, "api_key", given, sizeof given))
		return false;
	size_t length = strlen(key);
	if (strlen(given) != length)
		return false;
	unsigned char difference = 0;
	for (size_t i = 0; i < length; i++)
		difference |= (unsigned char)(given[i] ^ key[i]);
	return difference == 0;
}

static time_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static struct window *find_window(const char *client, time_t time)
{
	struct window *oldest = &windows[0];
	for (struct window *window = windows; window < windows + CLIENTS; window++) {
		if (window->count && strncmp(window->client, client, sizeof window->client - 1) == 0)
			return window;
		if (!window->count || window->began < oldest->began)
			oldest = window;
	}
	*oldest = (struct window){.began = time};
	strncpy(oldest->client, client, sizeof oldest->client - 1);
	return oldest;
}

unsigned seconds_to_wait(const char *client, unsigned limit)
{
	time_t time = now();
	pthread_mutex_lock(&mutex);
	struct window *window = find_window(client, time);
	if (time - window->began >= WINDOW_SECONDS) {
		window->began = time;
		window->count = 0;
	}
	unsigned wait = 0;
	if (window->count < limit)
		window->count++;
	else
		wait = (unsigned)(WINDOW_SECONDS - (time - window->began));
	pthread_mutex_unlock(&mutex);
	return wait;
}
