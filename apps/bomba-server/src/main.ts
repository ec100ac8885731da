import { startServer } from './compose.js';
import { runServer } from './run-server.js';

/** Runs the server until it is told to stop. */
void runServer(startServer, process);
