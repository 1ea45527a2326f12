//! Operators and events at the same time.

use crate::events::Sender;
use crate::operator::Operator;
use crate::random::Random;
use crate::setting::{Setting, TENANTS};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const SENDERS: usize = 2;

/// Load that runs until it is stopped.
pub struct Load {
    stop: CancellationToken,
    operators: Vec<JoinHandle<Operator>>,
    senders: Vec<JoinHandle<Sender>>,
}

/// What the portal answered.
pub struct Answered {
    pub operators: Vec<Operator>,
    /// The events answered with 200.
    pub events: Vec<String>,
    /// How many requests got no answer, or a 5xx.
    pub unanswered: usize,
}

impl Load {
    /// Starts an operator for each tenant, and events about all of them.
    pub fn start(setting: &Setting, random: &mut Random) -> Self {
        let stop = CancellationToken::new();
        let operators = (0..TENANTS).map(|number| {
            let (url, stripe_url) = (setting.url(), setting.stripe_url.clone());
            let operator = Operator::new(number, url, stripe_url, random.branch());
            tokio::spawn(operator.act(stop.clone()))
        });
        let operators = operators.collect();
        let senders = (0..SENDERS)
            .map(|_| tokio::spawn(sender(setting, random.branch()).pour(stop.clone())))
            .collect();
        Self { stop, operators, senders }
    }

    /// Lets all of them finish.
    pub async fn stop(self) -> Answered {
        self.stop.cancel();
        let mut answered = Answered { operators: Vec::new(), events: Vec::new(), unanswered: 0 };
        for operator in self.operators {
            let operator = operator.await.expect("an operator");
            answered.unanswered += operator.unanswered;
            answered.operators.push(operator);
        }
        for sender in self.senders {
            let sender = sender.await.expect("a sender");
            answered.unanswered += sender.not_taken;
            answered.events.extend(sender.taken);
        }
        answered
    }
}

/// A sender of events to the portal.
pub fn sender(setting: &Setting, random: Random) -> Sender {
    Sender {
        http: reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client"),
        portal_url: setting.url(),
        secret: setting.secret.clone(),
        stripe_url: setting.stripe_url.clone(),
        customers: vec!["cus_of_somebody_else".to_owned()],
        random,
        taken: Vec::new(),
        not_taken: 0,
    }
}

impl Answered {
    /// A summary in one line.
    pub fn summary(&self) -> String {
        let actions: usize = self.operators.iter().map(|operator| operator.answered).sum();
        format!(
            "{actions} requests and {} events answered, {} not and asked again",
            self.events.len(),
            self.unanswered
        )
    }
}
