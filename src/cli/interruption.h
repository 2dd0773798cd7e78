/* Ctrl-C and the signals that end programs, for commands that finish what they are doing and keep it. Knows no
 * command. */
#ifndef INTERRUPTION_H
#define INTERRUPTION_H

/* From here on SIGINT, SIGTERM and SIGHUP are only noted. A second Ctrl-C ends the program at once, and so does what
 * isn't over ten seconds after one of the other two. Signals that are ignored stay so: nohup and shells do that. */
void interruption_watch(void);

/* The signal that asked the program to end; 0: none so far. From any thread. */
int interruption_signal(void);

#endif
