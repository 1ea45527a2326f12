//! Clients that hold connections, or send too much or too slowly, don't keep others out.

use crate::helpers::*;
use futures_util::future::join_all;
use portal::store::DbPool;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};

/// Longer than it takes until a slow client is cut.
const CUT: Duration = Duration::from_secs(30);

async fn connect(world: &World) -> TcpStream {
    let address = world.portal.url.trim_start_matches("http://");
    TcpStream::connect(address).await.expect("a connection")
}

/// Sends a byte a second until the portal closes the connection; returns its answer.
async fn drip(mut connection: TcpStream, begun: &str, rest: String) -> String {
    connection.write_all(begun.as_bytes()).await.expect("sent");
    let (mut reader, mut writer) = connection.split();
    let mut answer = Vec::new();
    let mut second = interval(Duration::from_secs(1));
    let dripping = async {
        for byte in rest.bytes() {
            second.tick().await;
            if writer.write_all(&[byte]).await.is_err() {
                break;
            }
        }
    };
    let _ = tokio::join!(dripping, reader.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends a request; returns what comes back until the portal closes the connection.
async fn ask(mut connection: TcpStream, request: &str) -> String {
    let _ = connection.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: portal\r\nconnection: close\r\n\r\n";

/// Loads pages as another visitor until the future ends; returns how many were served.
async fn pages_are_served(world: &World, until: impl Future) -> usize {
    let nobody = world.anonymous();
    let mut served = 0;
    let pages = async {
        loop {
            assert!(nobody.html("/login").await.contains("Sign in"));
            served += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        () = pages => {}
        _ = until => {}
    }
    served
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_that_send_a_byte_a_second_are_cut_and_keep_nobody_waiting() {
    let world = World::on_sqlite().await;
    let head = format!("GET /login HTTP/1.1\r\nx-slow: {}", "a".repeat(600));
    let heads = (0..300).map(async |_| drip(connect(&world).await, "", head.clone()).await);
    let body = "POST /api/auth/login HTTP/1.1\r\nhost: portal\r\n\
                content-type: application/json\r\ncontent-length: 600\r\n\r\n";
    let bodies = (0..300).map(async |_| drip(connect(&world).await, body, " ".repeat(600)).await);
    let cut = async {
        let (heads, bodies) = tokio::join!(join_all(heads), join_all(bodies));
        assert!(heads.iter().all(String::is_empty), "{heads:?}");
        // An answer sent while another byte is on its way can be lost with the connection.
        let told: Vec<_> = bodies.iter().filter(|answer| !answer.is_empty()).collect();
        assert!(!told.is_empty(), "nobody was told");
        assert!(told.iter().all(|answer| answer.starts_with("HTTP/1.1 408 ")), "{told:?}");
    };
    let served = pages_are_served(&world, async { timeout(CUT, cut).await.expect("all are cut") });
    assert!(served.await > 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_long_or_has_too_many_headers_is_refused() {
    let world = World::on_sqlite().await;
    let request =
        |headers: String| format!("GET /healthz HTTP/1.1\r\nhost: portal\r\n{headers}\r\n");
    for headers in [
        format!("x-long: {}\r\n", "a".repeat(40_000)),
        "x-many: a\r\n".repeat(101),
        format!("cookie: {}\r\n", "a=b; ".repeat(10_000)),
    ] {
        let answer = ask(connect(&world).await, &request(headers)).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    let long = request(format!("x-long: {}\r\nconnection: close\r\n", "a".repeat(16_000)));
    assert!(ask(connect(&world).await, &long).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_so_many_connections_and_no_more() {
    const THREE: Environment = &[("MAX_CONNECTIONS_PER_ADDRESS", "3")];
    let world = World::on_sqlite_with(THREE).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(connect(&world).await);
    }
    assert_eq!(ask(connect(&world).await, HEALTH).await, "");
    drop(open.pop());
    let served = async {
        while !ask(connect(&world).await, HEALTH).await.starts_with("HTTP/1.1 200 ") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(CUT, served).await.expect("the place is free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_there_may_be_wait_until_another_is_closed() {
    const TWO: Environment = &[("MAX_CONNECTIONS", "2")];
    let world = World::on_sqlite_with(TWO).await;
    let first = connect(&world).await;
    let _second = connect(&world).await;
    let mut third = Box::pin(ask(connect(&world).await, HEALTH));
    assert!(timeout(Duration::from_millis(300), &mut third).await.is_err());
    drop(first);
    let answer = timeout(CUT, third).await.expect("its turn comes");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_asked_many_times_at_once_waits_for_no_writer_and_keeps_nobody_waiting() {
    let world = World::on_sqlite().await;
    let DbPool::Sqlite(writers) = &world.portal.db.pool else { panic!("not SQLite") };
    let writer = writers.get().await.expect("the only writer");
    let nobody = world.anonymous();
    let asked = join_all((0..200).map(async |_| nobody.get("/readyz").await.status));
    let told = timeout(CUT, asked).await.expect("answers");
    assert!(told.iter().all(|status| *status == 200), "{told:?}");
    drop(writer);
    world.owner().await;
}
