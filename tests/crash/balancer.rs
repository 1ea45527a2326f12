//! A minimal load balancer: connections go round-robin to backends whose `/readyz` succeeds.

use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How often it checks which backends are ready.
const INTERVAL: Duration = Duration::from_millis(100);

/// Runs until it is dropped.
pub struct Balancer {
    _stop: DropGuard,
}

/// The ports of the ready backends, the next one first.
type Ready = Arc<Mutex<Vec<u16>>>;

impl Balancer {
    pub async fn start(port: u16, backends: Vec<u16>) -> Self {
        let stop = CancellationToken::new();
        let ready = Ready::default();
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("its port");
        let asking = ask(backends, ready.clone());
        tokio::spawn(stop.clone().run_until_cancelled_owned(asking));
        tokio::spawn(stop.clone().run_until_cancelled_owned(accept(listener, ready)));
        Self { _stop: stop.drop_guard() }
    }
}

async fn ask(backends: Vec<u16>, ready: Ready) {
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
    loop {
        for port in &backends {
            let answer = http.get(format!("http://127.0.0.1:{port}/readyz")).send().await;
            let is_ready = answer.is_ok_and(|answer| answer.status().is_success());
            let mut ready = ready.lock().expect("the list");
            match ready.iter().position(|other| other == port) {
                None if is_ready => ready.push(*port),
                Some(at) if !is_ready => drop(ready.remove(at)),
                _ => {}
            }
        }
        sleep(INTERVAL).await;
    }
}

async fn accept(listener: TcpListener, ready: Ready) {
    loop {
        let Ok((mut client, _)) = listener.accept().await else { continue };
        let ready = ready.clone();
        tokio::spawn(async move {
            let Some(mut backend) = connect(&ready).await else { return };
            let _ = copy_bidirectional(&mut client, &mut backend).await;
        });
    }
}

/// A connection to the next backend.
async fn connect(ready: &Ready) -> Option<TcpStream> {
    let mut turn = {
        let mut ready = ready.lock().expect("the list");
        if !ready.is_empty() {
            ready.rotate_left(1);
        }
        ready.clone()
    };
    loop {
        if let Ok(backend) = TcpStream::connect(("127.0.0.1", turn.pop()?)).await {
            return Some(backend);
        }
    }
}
