/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Hooks ---- */

/*
 * What a plugin defines: the function of each hook that it has. The answer comes zeroed: no verdict, nothing changed,
 * no record. A function that cannot answer calls cclb_plugin_fail(). The name of a hook that it has not declared before
 * the #include is taken, so that none is forgotten there.
 *
 * The record of an event is any bytes, which the host keeps or counts as it likes; it may be empty.
 */
