//! One constructor per Stripe object, with every field that Stripe's typed SDKs require. Fields whose
//! names start with `_` are the sandbox's own and never shown.

pub mod charge;
pub mod checkout_session;
pub mod coupon;
pub mod credit_note;
pub mod customer;
pub mod discount;
pub mod event;
pub mod invoice;
pub mod invoice_item;
pub mod invoice_line;
pub mod invoice_payment;
pub mod payment_intent;
pub mod payment_method;
pub mod portal;
pub mod price;
pub mod product;
pub mod promotion_code;
pub mod refund;
pub mod setup_intent;
pub mod subscription;
pub mod subscription_item;
pub mod test_clock;
pub mod webhook_endpoint;
