/* The client side: one POST of JSON to another service. */
#pragma once
#include "text.h"

/* The upstream's status with its body in `answer`, or 0 when it could not be reached. `url` is http://host:port. */
int forward(const char *url, const char *path, const char *api_key, const struct text *body, struct text *answer);
/* GET /health on this machine, for the container's health check; true when the answer holds "200" anywhere. */
bool health_answers_200(unsigned short port);
