//! What happens in a run, derived from the seed alone before anything is done.

use rand::prelude::*;
use rand_chacha::ChaCha8Rng;
use std::fmt;

/// How many tenants a run has.
pub const TENANTS: usize = 2;
/// How many steps a run has.
const STEPS: std::ops::RangeInclusive<usize> = 10..=24;

/// One step of a run.
#[derive(Debug, Clone)]
pub enum Step {
    Act(Action),
    /// Two operators act at the same moment.
    Together(Action, Action),
    /// The portal is dropped this many milliseconds after an action starts, and restarts.
    CrashDuring(Action, u64),
    /// Another connection holds the database's write lock for this many milliseconds meanwhile.
    BusyDuring(Action, u64),
    /// Stripe's clock moves on. The reconcile job runs every day of it.
    HoursPass(i64),
    /// The next calls to Stripe fail.
    Fault {
        fault: &'static str,
        call: &'static str,
        count: u32,
    },
    Webhooks(Deliveries),
    /// What happens to renewals that can't be paid.
    UnpaidEnds(&'static str),
}

/// What happens to Stripe's deliveries.
#[derive(Debug, Clone, Copy)]
pub enum Deliveries {
    Hold,
    /// Releases all that were held, in an order.
    Release(&'static str),
    Drop(u32),
    Duplicate(u32),
}

/// An action on a tenant.
#[derive(Clone)]
pub struct Action {
    pub tenant: usize,
    pub what: What,
}

/// What an action does.
#[derive(Debug, Clone)]
pub enum What {
    /// Starts a Checkout and goes on with it.
    Subscribe {
        seats: u32,
        then: Checkout,
    },
    /// Pays a Checkout opened earlier, if there is one.
    PayOldLink(Card),
    /// Requests a quote and confirms it this many times at once; the newest agents lose their seats.
    Seats {
        seats: u32,
        confirmations: u32,
        bank: Bank,
    },
    /// Confirms an earlier quote once more.
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
    /// Pays an open invoice on its hosted page.
    PayInvoice(Bank),
    /// One of our staff, in Stripe's Dashboard.
    SetQuantityAtStripe(u32),
    EndAtStripe,
}

#[derive(Debug, Clone, Copy)]
pub enum Checkout {
    Leave,
    /// Pays, and closes the tab before the redirect back.
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

/// What the customer does when the bank asks for authentication.
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

/// The steps of a seed. Every run starts with a tenant that subscribes and hires, and most continue
/// after the trial, so that there is something to lose.
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
    // The first tenant gets most of the actions.
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
    // A timeout takes as long as the portal waits for Stripe: one in twenty is enough.
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
