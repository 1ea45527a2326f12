//! `discounts` among the parameters of a Checkout, a subscription or a preview

use crate::sandbox::discounts::{self, Redeemed, Refusal};
use crate::sandbox::protocol::params::Params;
use crate::sandbox::resources::prelude::*;

/// The customer, currency and existing discounts to read a request's `discounts` with.
pub(super) struct Given<'a> {
    pub(super) customer: Option<&'a str>,
    pub(super) currency: &'a str,
    /// The subscription's existing discounts, which can be named by their ids.
    pub(super) had: &'a [Value],
}

impl<'a> Given<'a> {
    /// For an existing subscription.
    pub(super) fn of(subscription: &'a Value) -> Given<'a> {
        Given {
            customer: subscription.maybe_text("customer"),
            currency: subscription.text("currency"),
            had: subscription.list("_discounts"),
        }
    }

    /// The coupons to redeem for a Checkout or subscription that has no discounts yet.
    pub(super) fn new_ones(
        &self,
        state: &State,
        params: &Params,
    ) -> Result<Vec<Redeemed>, ApiError> {
        Ok(self.read(state, params)?.1)
    }

    /// Replaces a subscription's discounts with those of the request, if it has any.
    pub(super) fn put(
        &self,
        state: &State,
        params: &Params,
        subscription: &mut Value,
    ) -> Result<(), ApiError> {
        if !params.has("discounts") {
            return Ok(());
        }
        let (mut all, redeemed) = self.read(state, params)?;
        discounts::put(subscription, &redeemed, None, state.now());
        all.extend(subscription.list("_discounts").iter().cloned());
        discounts::set(subscription, all);
        Ok(())
    }

    fn read(
        &self,
        state: &State,
        params: &Params,
    ) -> Result<(Vec<Value>, Vec<Redeemed>), ApiError> {
        let (mut kept, mut redeemed) = (Vec::new(), Vec::new());
        for one in params.objects("discounts", "coupon discount promotion_code")? {
            let given = ["coupon", "discount", "promotion_code"];
            let texts = [one.text(given[0])?, one.text(given[1])?, one.text(given[2])?];
            match texts {
                [Some(id), None, None] => redeemed.push(
                    discounts::by_coupon(state, id, self.currency)
                        .map_err(|why| refused(why, "coupon", id, &one.name("coupon")))?,
                ),
                [None, Some(id), None] => {
                    let had = self.had.iter().find(|had| had.text("id") == id).cloned();
                    let name = one.name("discount");
                    kept.push(had.ok_or_else(|| ApiError::no_such("discount", id, &name))?);
                }
                [None, None, Some(id)] => {
                    let name = one.name("promotion_code");
                    let code = state.require(Kind::PromotionCode, id, &name)?;
                    redeemed.push(
                        discounts::by_code(state, &code, self.customer, self.currency)
                            .map_err(|why| refused(why, "promotion code", id, &name))?,
                    );
                }
                _ => {
                    return Err(ApiError::invalid(
                        "discounts",
                        "Give exactly one of coupon, discount and promotion_code for each discount.",
                    ));
                }
            }
        }
        Ok((kept, redeemed))
    }
}

fn refused(why: Refusal, word: &str, id: &str, param: &str) -> ApiError {
    match why {
        Refusal::Unknown => ApiError::no_such(word, id, param),
        Refusal::Expired => ApiError::invalid(param, format!("This {word} has expired: {id}")),
        Refusal::UsedUp => ApiError::invalid(param, format!("This {word} has been used up: {id}")),
        Refusal::OtherCurrency => ApiError::invalid(
            param,
            format!("The {word} {id} takes off an amount of another currency."),
        ),
    }
}
