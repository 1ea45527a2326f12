//! Invitations to a tenant. Only hashes of their links' tokens are here.

use crate::model::{Email, OperatorId, Role, TenantId, Timestamp};
use crate::store::activity::tell;
use crate::store::operators::{read_operator_id, read_role};
use crate::store::schema::{invitations, memberships, operators, tenants};
use crate::store::tenants::read_id;
use crate::store::{Db, NewActivity, Operator, StoreResult, change, read};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An invitation to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewInvitation<'a> {
    pub token_hash: &'a str,
    pub email: &'a Email,
    pub role: Role,
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

/// An invitation that has been neither accepted nor replaced, and has not expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub tenant_id: TenantId,
    pub tenant_name: String,
    /// In lower case.
    pub email: String,
    pub role: Role,
    /// Who has an account with this email already, and the hash of their password, if they have one.
    pub known: Option<(Operator, Option<String>)>,
}

/// Who joins a tenant.
#[derive(Debug, Clone, Copy)]
pub enum Invited<'a> {
    /// Somebody new, with their password's hash.
    New { operator: &'a Operator, password_hash: &'a str },
    /// Somebody with an account.
    Known(&'a OperatorId),
}

/// The role that somebody has in the tenant already, over the connection of a running transaction.
macro_rules! present_role {
    ($conn:ident, $tenant_id:expr, $invited:expr) => {
        match $invited {
            Invited::New { .. } => None,
            Invited::Known(operator_id) => memberships::table
                .find((operator_id.as_str(), $tenant_id.as_str()))
                .select(memberships::role)
                .first::<String>(&mut *$conn)
                .await
                .optional()?
                .map(|role| read_role(&role))
                .transpose()?,
        }
    };
}

/// Makes whoever it is one of the tenant's people, over the connection of a running transaction. An
/// invitation that they have not used is void then.
macro_rules! admit {
    ($conn:ident, $tenant_id:expr, $invited:expr, $role:expr, $now:expr) => {{
        let operator_id = match $invited {
            Invited::New { operator, password_hash } => {
                diesel::insert_into(operators::table)
                    .values((
                        operators::id.eq(operator.id.as_str()),
                        operators::email.eq(&operator.email),
                        operators::name.eq(&operator.name),
                        operators::password_hash.eq(password_hash),
                        operators::created_at.eq($now.naive_utc()),
                    ))
                    .execute(&mut *$conn)
                    .await?;
                &operator.id
            }
            Invited::Known(operator_id) => operator_id,
        };
        diesel::insert_into(memberships::table)
            .values((
                memberships::operator_id.eq(operator_id.as_str()),
                memberships::tenant_id.eq($tenant_id.as_str()),
                memberships::role.eq($role),
            ))
            .on_conflict((memberships::operator_id, memberships::tenant_id))
            .do_update()
            .set(memberships::role.eq($role))
            .execute(&mut *$conn)
            .await?;
        let email = operators::table.find(operator_id.as_str()).select(operators::email);
        diesel::delete(invitations::table)
            .filter(invitations::tenant_id.eq($tenant_id.as_str()))
            .filter(invitations::email.eq_any(email))
            .execute(&mut *$conn)
            .await?;
    }};
}

type Row = (String, String, Option<String>, Option<String>, Option<String>, String, String);

impl Db {
    /// Keeps an invitation, in place of one to the same email; forgets those that have expired.
    ///
    /// # Errors
    /// A refused query when there is no such tenant.
    pub async fn invite(
        &self,
        tenant_id: &TenantId,
        invitation: &NewInvitation<'_>,
        entry: &NewActivity,
    ) -> StoreResult<()> {
        let NewInvitation { token_hash, email, role, now, expires_at } = *invitation;
        change!(self, tenant_id, conn => {
            diesel::delete(invitations::table)
                .filter(invitations::expires_at.le(now.naive_utc()))
                .execute(&mut *conn)
                .await?;
            diesel::delete(invitations::table)
                .filter(invitations::tenant_id.eq(tenant_id.as_str()))
                .filter(invitations::email.eq(email.as_str()))
                .execute(&mut *conn)
                .await?;
            diesel::insert_into(invitations::table)
                .values((
                    invitations::token_hash.eq(token_hash),
                    invitations::tenant_id.eq(tenant_id.as_str()),
                    invitations::email.eq(email.as_str()),
                    invitations::role.eq(role.as_str()),
                    invitations::created_at.eq(now.naive_utc()),
                    invitations::expires_at.eq(expires_at.naive_utc()),
                ))
                .execute(&mut *conn)
                .await?;
            tell!(conn, tenant_id, now, [entry]);
            Ok(())
        })
    }

    /// The invitation of this token, if it can still be accepted.
    pub async fn invitation(
        &self,
        token_hash: &str,
        now: Timestamp,
    ) -> StoreResult<Option<Invitation>> {
        let row: Option<Row> = read!(self, conn => {
            invitations::table
                .inner_join(tenants::table)
                .left_join(operators::table.on(operators::email.eq(invitations::email)))
                .filter(invitations::token_hash.eq(token_hash))
                .filter(invitations::expires_at.gt(now.naive_utc()))
                .select((
                    tenants::id,
                    tenants::name,
                    operators::id.nullable(),
                    operators::name.nullable(),
                    operators::password_hash.nullable(),
                    invitations::email,
                    invitations::role,
                ))
                .first(conn)
                .await
                .optional()
        })?;
        row.map(|(tenant_id, tenant_name, id, name, hash, email, role)| {
            let known = match (id, name) {
                (Some(id), Some(name)) => {
                    let id = read_operator_id(id)?;
                    Some((Operator { id, email: email.clone(), name }, hash))
                }
                _ => None,
            };
            let (tenant_id, role) = (read_id(tenant_id)?, read_role(&role)?);
            Ok(Invitation { tenant_id, tenant_name, email, role, known })
        })
        .transpose()
    }

    /// Uses an invitation up: whoever it was for is one of the tenant's people then, and keeps a role
    /// that is higher. `false` when somebody was faster, or it has expired.
    ///
    /// # Errors
    /// A unique violation when somebody new has an account by now.
    pub async fn accept_invitation(
        &self,
        tenant_id: &TenantId,
        token_hash: &str,
        invited: Invited<'_>,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<bool> {
        change!(self, tenant_id, conn => {
            let role: Option<String> = diesel::delete(invitations::table)
                .filter(invitations::token_hash.eq(token_hash))
                .filter(invitations::tenant_id.eq(tenant_id.as_str()))
                .filter(invitations::expires_at.gt(now.naive_utc()))
                .returning(invitations::role)
                .get_result(&mut *conn)
                .await
                .optional()?;
            let Some(role) = role else { return Ok(false) };
            let present = present_role!(conn, tenant_id, invited);
            let role = read_role(&role)?.max(present.unwrap_or(Role::Member)).as_str();
            admit!(conn, tenant_id, invited, role, now);
            tell!(conn, tenant_id, now, [&entry.clone().to(role)]);
            Ok(true)
        })
    }

    /// Makes somebody one of the tenant's people without an invitation, or changes their role. `false`
    /// where that would leave the tenant without an owner: nothing is changed then.
    ///
    /// # Errors
    /// A unique violation when somebody new has an account; a refused query when there is no such
    /// tenant.
    pub async fn admit(
        &self,
        tenant_id: &TenantId,
        invited: Invited<'_>,
        role: Role,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<bool> {
        change!(self, tenant_id, conn => {
            let is_owner = present_role!(conn, tenant_id, invited) == Some(Role::Owner);
            if is_owner && role != Role::Owner {
                let owners: i64 = memberships::table
                    .filter(memberships::tenant_id.eq(tenant_id.as_str()))
                    .filter(memberships::role.eq(Role::Owner.as_str()))
                    .count()
                    .get_result(&mut *conn)
                    .await?;
                if owners == 1 {
                    return Ok(false);
                }
            }
            admit!(conn, tenant_id, invited, role.as_str(), now);
            tell!(conn, tenant_id, now, [entry]);
            Ok(true)
        })
    }
}
