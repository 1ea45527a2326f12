//! Where the sandbox's objects live, in the order they were created.

use crate::sandbox::kept::Rows;
use crate::sandbox::value::{Fields, object};
use serde_json::Value;
use std::collections::HashMap;

/// Declares the kinds once, so that [`Kind::ALL`] cannot miss one.
macro_rules! kinds {
    ($($kind:ident => $word:literal,)*) => {
        /// The kinds of object that have a list of their own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($kind,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$kind,)*];

            /// The word Stripe uses in "No such …".
            pub fn word(self) -> &'static str {
                match self {
                    $(Kind::$kind => $word,)*
                }
            }
        }
    };
}

kinds! {
    Product => "product",
    Price => "price",
    Customer => "customer",
    CheckoutSession => "checkout.session",
    PortalSession => "billing_portal session",
    PortalConfiguration => "configuration",
    Subscription => "subscription",
    PaymentMethod => "PaymentMethod",
    SetupIntent => "setupintent",
    Invoice => "invoice",
    InvoiceItem => "invoiceitem",
    PaymentIntent => "payment_intent",
    Charge => "charge",
    Refund => "refund",
    CreditNote => "credit_note",
    Coupon => "coupon",
    PromotionCode => "promotion code",
    Discount => "discount",
    Event => "event",
    WebhookEndpoint => "webhook endpoint",
    TestClock => "testclock",
}

/// Every object, by kind and by id.
#[derive(Clone, Debug, Default)]
pub struct Store {
    rows: HashMap<Kind, Rows<Value>>,
    places: HashMap<String, (Kind, usize)>,
}

impl Store {
    /// Adds an object under its `id`.
    pub fn insert(&mut self, kind: Kind, value: Value) {
        let rows = self.rows.entry(kind).or_default();
        self.places.insert(value.text("id").to_owned(), (kind, rows.len()));
        rows.push(value);
    }

    /// Whether nothing was ever added.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The object with this id, if it is of this kind; its tombstone if it was deleted.
    pub fn get(&self, kind: Kind, id: &str) -> Option<&Value> {
        let (found, index) = self.places.get(id)?;
        if *found != kind {
            return None;
        }
        self.rows.get(&kind)?.get(*index)
    }

    /// Like [`Store::get`], to change the object in place; emitting events is up to the caller.
    pub fn get_mut(&mut self, kind: Kind, id: &str) -> Option<&mut Value> {
        let (found, index) = self.places.get(id)?;
        if *found != kind {
            return None;
        }
        self.rows.get_mut(&kind)?.get_mut(*index)
    }

    /// The object with this id, of whatever kind.
    pub fn find(&self, id: &str) -> Option<&Value> {
        let (kind, index) = self.places.get(id)?;
        self.rows.get(kind)?.get(*index)
    }

    /// Everything of a kind that is not deleted, oldest first.
    pub fn all(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Value> {
        self.rows
            .get(&kind)
            .into_iter()
            .flat_map(|rows| rows.iter())
            .filter(|row| !row.flag("deleted"))
    }

    /// Replaces an object with a tombstone, and returns the tombstone.
    pub fn delete(&mut self, kind: Kind, id: &str) -> Option<Value> {
        let row = self.get_mut(kind, id)?;
        let tombstone = object! { "id": id, "object": row.text("object"), "deleted": true };
        *row = tombstone.clone();
        Some(tombstone)
    }

    /// The objects of a kind that have changed since they were last kept, each with its place.
    pub fn touched(&self, kind: Kind) -> impl Iterator<Item = (usize, &Value)> {
        self.rows.get(&kind).into_iter().flat_map(Rows::touched)
    }

    /// Marks every object as kept.
    pub fn settle(&mut self) {
        self.rows.values_mut().for_each(Rows::settle);
    }
}
