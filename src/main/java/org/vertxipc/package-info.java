/**
 * The public API: the bridge and its verticle. Processes of one host that name the same bus
 * exchange event-bus messages over FIFOs or shared memory. This package must not know how a
 * mechanism works inside.
 */
@ModuleGen(name = "vertx-ipc", groupPackage = "org.vertxipc")
package org.vertxipc;

import io.vertx.codegen.annotations.ModuleGen;
