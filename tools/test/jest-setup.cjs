'use strict';
/** Jest wants one function per file; the work is in integration-setup.ts. */
require('@swc-node/register');
module.exports = () => require('./integration-setup.ts').setUp();
