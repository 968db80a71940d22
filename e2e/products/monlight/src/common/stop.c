#include "stop.h"
#include "log.h"
#include <pthread.h>
#include <time.h>

/* Enough for SQLite's JSON parser at its nesting limit; the default of 8 MB would be counted on first touch. */
#define STACK_SIZE ((size_t)512 * 1024)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool stop;

void request_stop(void)
{
	pthread_mutex_lock(&mutex);
	stop = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
}

bool stopping(void)
{
	return stopped_within(0);
}

bool stopped_within(unsigned seconds)
{
	struct timespec deadline;
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += seconds;
	pthread_mutex_lock(&mutex);
	while (seconds && !stop && pthread_cond_timedwait(&changed, &mutex, &deadline) == 0)
		;
	bool result = stop;
	pthread_mutex_unlock(&mutex);
	return result;
}

void start_thread(void *(*run)(void *), void *argument)
{
	pthread_attr_t attributes;
	pthread_t thread;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	int failure = pthread_create(&thread, &attributes, run, argument);
	pthread_attr_destroy(&attributes);
	if (failure)
		fatal("cannot start a thread (%d)", failure);
}
