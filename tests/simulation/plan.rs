//! What happens in a run: worked out from the seed alone, before anything is done.

use rand::prelude::*;
use rand_chacha::ChaCha8Rng;
use std::fmt;

/// How many tenants a run has.
pub const TENANTS: usize = 2;
/// How many things happen in a run.
const STEPS: std::ops::RangeInclusive<usize> = 10..=24;

/// One thing that happens, after the one before.
#[derive(Debug, Clone)]
pub enum Step {
    Act(Action),
    /// Two operators at the same moment.
    Together(Action, Action),
    /// The portal is dropped so many milliseconds after somebody began to act, and starts again.
    CrashDuring(Action, u64),
    /// Another connection holds the database's write lock for so many milliseconds meanwhile.
    BusyDuring(Action, u64),
    /// Stripe's clock goes on. Every day the reconcile job runs.
    HoursPass(i64),
    /// The next calls to Stripe go wrong.
    Fault {
        fault: &'static str,
        call: &'static str,
        count: u32,
    },
    Webhooks(Deliveries),
    /// What becomes of renewals that can't be paid.
    UnpaidEnds(&'static str),
}

/// What becomes of Stripe's deliveries.
#[derive(Debug, Clone, Copy)]
pub enum Deliveries {
    Hold,
    /// All that were held, in an order.
    Release(&'static str),
    Drop(u32),
    Duplicate(u32),
}

/// Somebody does something about a tenant.
#[derive(Clone)]
pub struct Action {
    pub tenant: usize,
    pub what: What,
}

/// What somebody does.
#[derive(Debug, Clone)]
pub enum What {
    /// Starts a Checkout, and goes on with it.
    Subscribe {
        seats: u32,
        then: Checkout,
    },
    /// Pays a Checkout that was opened earlier, if there is one.
    PayOldLink(Card),
    /// Asks for a quote and confirms it so many times at once; seats are lost by the newest agents.
    Seats {
        seats: u32,
        confirmations: u32,
        bank: Bank,
    },
    /// Confirms a quote that was shown earlier, once more.
    ConfirmAgain,
    Cancel {
        now: bool,
    },
    Resume,
    Refresh,
    Hire,
    /// Turns an agent on or off, by its place in the list.
    Switch {
        agent: usize,
        on: bool,
    },
    SwitchAll {
        on: bool,
    },
    /// In Stripe's Billing Portal.
    ReplaceCard(Card),
    CancelAtStripe,
    RenewAtStripe,
    /// Pays what is open on the invoice's hosted page.
    PayInvoice(Bank),
    /// Somebody of ours in Stripe's Dashboard.
    SetQuantityAtStripe(u32),
    EndAtStripe,
}

#[derive(Debug, Clone, Copy)]
pub enum Checkout {
    Leave,
    /// Pays, and closes the tab before it leads back.
    PayAndClose(Card),
    PayAndReturn(Card),
}

/// One of Stripe's test cards.
#[derive(Debug, Clone, Copy)]
pub enum Card {
    Good,
    Declines,
    DeclinesLater,
    AsksTheBank,
}

/// What the customer does where the bank asks for them.
#[derive(Debug, Clone, Copy)]
pub enum Bank {
    Approve,
    Refuse,
    Ignore,
}

impl Card {
    pub fn number(self) -> &'static str {
        match self {
            Self::Good => "4242424242424242",
            Self::Declines => "4000000000000002",
            Self::DeclinesLater => "4000000000000341",
            Self::AsksTheBank => "4000002760003184",
        }
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tenant {}: {:?}", self.tenant, self.what)
    }
}

/// The steps of a seed. Every run begins with somebody who subscribes and hires, and most go on when
/// the trial is over: so there is something to lose.
pub fn plan(seed: u64) -> Vec<Step> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let random = &mut random;
    let begin = What::Subscribe {
        seats: random.random_range(2..=5),
        then: Checkout::PayAndReturn(Card::Good),
    };
    let mut steps = vec![Step::Act(Action { tenant: 0, what: begin })];
    for _ in 0..random.random_range(1..=4) {
        steps.push(Step::Act(Action { tenant: 0, what: What::Hire }));
    }
    if random.random_ratio(2, 3) {
        steps.push(Step::HoursPass(24 * 15));
    }
    for _ in 0..random.random_range(STEPS) {
        steps.push(step(random));
    }
    steps
}

fn step(random: &mut ChaCha8Rng) -> Step {
    match random.random_range(0..100) {
        0..35 => Step::Act(action(random)),
        35..50 => {
            let (one, mut other) = (action(random), action(random));
            if random.random_ratio(3, 4) {
                other.tenant = one.tenant;
            }
            Step::Together(one, other)
        }
        50..62 => Step::CrashDuring(action(random), random.random_range(0..30)),
        62..66 => Step::BusyDuring(action(random), random.random_range(50..400)),
        66..76 => Step::HoursPass(pick(random, &[1, 5, 24, 24 * 3, 24 * 8, 24 * 15, 24 * 31])),
        76..90 => fault(random),
        90..98 => Step::Webhooks(deliveries(random)),
        _ => Step::UnpaidEnds(pick(random, &["canceled", "unpaid", "past_due"])),
    }
}

fn action(random: &mut ChaCha8Rng) -> Action {
    // The first tenant sees more than the others.
    let tenant = if random.random_ratio(3, 4) { 0 } else { random.random_range(1..TENANTS) };
    Action { tenant, what: what(random) }
}

fn what(random: &mut ChaCha8Rng) -> What {
    match random.random_range(0..100) {
        0..12 => What::Subscribe { seats: random.random_range(1..=6), then: checkout(random) },
        12..15 => What::PayOldLink(card(random)),
        15..38 => What::Seats {
            seats: random.random_range(1..=8),
            confirmations: pick(random, &[0, 1, 1, 1, 2]),
            bank: bank(random),
        },
        38..42 => What::ConfirmAgain,
        42..48 => What::Cancel { now: random.random_ratio(1, 3) },
        48..53 => What::Resume,
        53..57 => What::Refresh,
        57..66 => What::Hire,
        66..75 => What::Switch { agent: random.random_range(0..6), on: random.random() },
        75..78 => What::SwitchAll { on: random.random() },
        78..85 => What::ReplaceCard(card(random)),
        85..88 => What::CancelAtStripe,
        88..90 => What::RenewAtStripe,
        90..95 => What::PayInvoice(bank(random)),
        95..99 => What::SetQuantityAtStripe(random.random_range(1..=8)),
        _ => What::EndAtStripe,
    }
}

fn checkout(random: &mut ChaCha8Rng) -> Checkout {
    let card = card(random);
    match random.random_range(0..6) {
        0 => Checkout::Leave,
        1 | 2 => Checkout::PayAndClose(card),
        _ => Checkout::PayAndReturn(card),
    }
}

fn card(random: &mut ChaCha8Rng) -> Card {
    match random.random_range(0..10) {
        0 => Card::Declines,
        1 => Card::DeclinesLater,
        2 => Card::AsksTheBank,
        _ => Card::Good,
    }
}

fn bank(random: &mut ChaCha8Rng) -> Bank {
    pick(random, &[Bank::Approve, Bank::Approve, Bank::Refuse, Bank::Ignore])
}

fn fault(random: &mut ChaCha8Rng) -> Step {
    // A timeout takes as long as the portal's patience: one in twenty is enough.
    let fault = match random.random_range(0..20) {
        0 => "timeout",
        1..6 => "429",
        6..8 => "500",
        8..10 => "500-done",
        10..14 => "cut",
        _ => "lost",
    };
    let count = if fault == "timeout" { 1 } else { random.random_range(1..=4) };
    Step::Fault { fault, call: pick(random, &["every", "POST", "POST", "GET"]), count }
}

fn deliveries(random: &mut ChaCha8Rng) -> Deliveries {
    match random.random_range(0..10) {
        0..3 => Deliveries::Hold,
        3..6 => Deliveries::Release(pick(random, &["queued", "reversed", "shuffled"])),
        6..8 => Deliveries::Drop(random.random_range(1..=6)),
        _ => Deliveries::Duplicate(random.random_range(1..=6)),
    }
}

fn pick<T: Copy>(random: &mut ChaCha8Rng, among: &[T]) -> T {
    among[random.random_range(0..among.len())]
}
