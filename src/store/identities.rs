//! Which operators the users of an identity provider are.

use crate::model::{OperatorId, Timestamp};
use crate::store::columns::read_id;
use crate::store::schema::{identities, operators};
use crate::store::{Db, StoreError, StoreResult, transaction};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// A user as their provider knows them.
#[derive(Debug, Clone, Copy)]
pub struct NewIdentity<'a> {
    pub issuer: &'a str,
    /// The provider's permanent id for them.
    pub subject: &'a str,
    /// In lower case; verified.
    pub email: &'a str,
    pub name: &'a str,
    /// The id of the operator to create if nobody has their email; with `None` none is created.
    pub operator_id: Option<&'a OperatorId>,
    pub now: Timestamp,
}

/// Which operator a user is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identified {
    Operator(OperatorId),
    /// The email is that of an operator with another identity at the same provider.
    OtherIdentity,
    Nobody,
}

impl Db {
    /// Finds the operator by the provider's subject, else by email, or creates one; from then on the
    /// subject identifies them.
    pub async fn identify(&self, person: &NewIdentity<'_>) -> StoreResult<Identified> {
        transaction!(self, conn => {
            let bound: Option<String> = identities::table
                .find((person.issuer, person.subject))
                .select(identities::operator_id)
                .first(&mut *conn)
                .await
                .optional()?;
            if let Some(id) = bound {
                return Ok(Identified::Operator(read_id("operators.id", &id)?));
            }
            let known: Option<String> = operators::table
                .filter(operators::email.eq(person.email))
                .select(operators::id)
                .first(&mut *conn)
                .await
                .optional()?;
            let operator_id = match (known, person.operator_id) {
                (Some(id), _) => {
                    let other = identities::table
                        .filter(identities::operator_id.eq(&id))
                        .filter(identities::issuer.eq(person.issuer));
                    if diesel::select(exists(other)).get_result(&mut *conn).await? {
                        return Ok(Identified::OtherIdentity);
                    }
                    read_id("operators.id", &id)?
                }
                (None, Some(id)) => {
                    diesel::insert_into(operators::table)
                        .values((
                            operators::id.eq(id.as_str()),
                            operators::email.eq(person.email),
                            operators::name.eq(person.name),
                            operators::created_at.eq(person.now.naive_utc()),
                        ))
                        .execute(&mut *conn)
                        .await?;
                    id.clone()
                }
                (None, None) => return Ok(Identified::Nobody),
            };
            diesel::insert_into(identities::table)
                .values((
                    identities::issuer.eq(person.issuer),
                    identities::subject.eq(person.subject),
                    identities::operator_id.eq(operator_id.as_str()),
                    identities::created_at.eq(person.now.naive_utc()),
                ))
                .execute(&mut *conn)
                .await?;
            Ok::<_, StoreError>(Identified::Operator(operator_id))
        })
    }
}
