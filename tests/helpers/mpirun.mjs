// How mpirun is asked to start ranks here: whether there is one, and what it wants to be told. Starts none.

import { spawnSync } from 'node:child_process';

import { missingMpi } from './build.mjs';

/** Why tests of ranks are skipped; false where they run. */
export const skip = missingMpi() || false;

/** Open MPI asks who is root, and who starts more ranks than there are processors, whether that is meant. */
const isOpenMpi = () => /Open MPI|OpenRTE/.test(spawnSync('mpirun', ['--version'], { encoding: 'utf8' }).stdout);
/** What tests say before what is started. */
export const mpirunArguments = skip || !isOpenMpi() ? [] : ['--map-by', 'slot:OVERSUBSCRIBE', '--bind-to', 'none'];
export const mpirunEnvironment = {
    ...process.env,
    OMPI_ALLOW_RUN_AS_ROOT: '1',
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
    PRTE_ALLOW_RUN_AS_ROOT: '1', // its name since Open MPI 5
    PRTE_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
    OMPI_MCA_btl_vader_single_copy_mechanism: 'none', // some containers forbid it, loudly
};
