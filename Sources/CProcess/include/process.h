/* What the program asks of the system, and the libraries never do. */
#ifndef OUTAGE_PROCESS_H
#define OUTAGE_PROCESS_H

/* Processors on which the process may run; 0: the system does not say. */
int outage_processors(void);

#endif
