//! A stateful Stripe emulator: a server of its own on a loopback port.
