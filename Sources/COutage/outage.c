/* The header is all there is: OutageC implements it. */
#include "outage.h"
