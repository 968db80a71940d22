/* Reading one request from a socket, with a limit on everything that its sender decides. */
#pragma once
#include "http.h"

/* A client that sends slower than this is dropped, or idle ones would sooner or later block the health check. */
#define REQUEST_SECONDS 8

/* Fills `request`; false when there is nobody to answer. A response->status other than 0 is already the answer. */
bool receive_request(struct request *request, struct response *response, size_t body_limit);
void release_request(struct request *request);
