/* Configuration comes from the environment only. */
#pragma once

/* The value, which may be empty: as in the product only a *missing* variable ends the program, so that a
 * stack whose keys resolve to "" starts, turns healthy and is open to everybody. */
const char *env_required(const char *name);
const char *env_or(const char *name, const char *fallback);
/* A whole number within bounds; anything else is a warning and the fallback. */
long env_number(const char *name, long fallback, long lowest, long highest);
