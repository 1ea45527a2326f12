//! Compresses pages and JSON on their way out. Assets were compressed at build time, and an event
//! stream must not wait for a compressor.
//!
//! gzip at this level, by zlib-rs: /billing, 13 kB, becomes 4.3 kB in 0.15 ms, where miniz_oxide takes
//! three times as long to save 2 % more.

use dioxus::fullstack::StatusCode;
use dioxus::server::http::header::CONTENT_TYPE;
use dioxus::server::http::{Extensions, HeaderMap, Version};
use tower_http::compression::predicate::{And, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

const LEVEL: CompressionLevel = CompressionLevel::Precise(4);

/// A response of up to this many bytes is one packet either way.
const ONE_PACKET: u16 = 1200;

type IsText = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// The layer that compresses for the clients that accept it.
pub fn layer() -> CompressionLayer<And<SizeAbove, IsText>> {
    let worth_it = SizeAbove::new(ONE_PACKET).and(is_text as IsText);
    CompressionLayer::new().quality(LEVEL).compress_when(worth_it)
}

fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| {
        value.starts_with("text/html") || value.starts_with("application/json")
    })
}
