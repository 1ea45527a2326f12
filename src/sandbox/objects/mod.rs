//! One constructor per Stripe object, with every field that Stripe's typed SDKs require. Fields
//! whose names start with `_` are the sandbox's own and never shown.

pub(crate) mod charge;
pub(crate) mod checkout_session;
pub(crate) mod coupon;
pub(crate) mod credit_note;
pub(crate) mod customer;
pub(crate) mod discount;
pub(crate) mod event;
pub(crate) mod invoice;
pub(crate) mod invoice_item;
pub(crate) mod invoice_line;
pub(crate) mod invoice_payment;
pub(crate) mod payment_intent;
pub(crate) mod payment_method;
pub(crate) mod portal;
pub(crate) mod price;
pub(crate) mod product;
pub(crate) mod promotion_code;
pub(crate) mod refund;
pub(crate) mod setup_intent;
pub(crate) mod subscription;
pub(crate) mod subscription_item;
pub(crate) mod test_clock;
pub(crate) mod webhook_endpoint;
