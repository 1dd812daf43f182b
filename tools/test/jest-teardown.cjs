'use strict';
module.exports = () => require('./integration-setup.ts').tearDown();
