/* The one flag that ends the process in order: set by SIGTERM or SIGINT, seen by every thread. */
#pragma once
#include <stdbool.h>

void request_stop(void);
bool stopping(void);
/* Sleeps, and returns true at once when the process is asked to stop meanwhile. */
bool stopped_within(unsigned seconds);
/* A detached thread with a small stack; a failure to start one is fatal. */
void start_thread(void *(*run)(void *), void *argument);
