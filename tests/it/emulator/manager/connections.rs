//! Connections written and read one by one (manager facts §2 to §4). The order of the checks is part of the contract.

use uuid::Uuid;

use super::super::http::Answer;
use super::input::Input;
use super::refusal::Refusal;
use super::routes::{Call, Manager, Outcome, json_answer, ok};
use super::rules::{check, required_product};
use super::store::{Connection, Shown};

impl Manager {
    /// Where a connection is among those that can be written: internal ones are not among them.
    fn place(&self, id: Uuid) -> Result<usize, Refusal> {
        self.connections.iter().position(|one| one.id == id).ok_or_else(Refusal::not_found)
    }

    /// A connection or an internal datasource.
    pub(super) fn find(&self, id: Uuid) -> Result<&Connection, Refusal> {
        let mut all = self.internal.iter().chain(&self.connections);
        all.find(|one| one.id == id).ok_or_else(Refusal::not_found)
    }

    /// By name, as jobs and schemas do.
    pub(super) fn named(&self, config_name: &str) -> Option<&Connection> {
        self.internal.iter().chain(&self.connections).find(|one| one.config_name == config_name)
    }

    /// Names are one space for all products. Internal datasources are not in it.
    fn is_taken(&self, connection: &Connection) -> bool {
        self.connections.iter().any(|one| one.config_name == connection.config_name && one.id != connection.id)
    }
}

pub(super) fn create(manager: &mut Manager, call: &Call) -> Outcome {
    let product = required_product(call.asked.header("x-product-name"))?;
    let input = Input::of_create(call.asked)?;
    input.check(true, manager.host_guard)?;
    let mut connection = Connection { product: Some(product), ..Connection::at(&mut manager.clock) };
    input.apply(&mut connection);
    check(&connection)?;
    if manager.is_taken(&connection) {
        return Err(Refusal::taken());
    }
    let body = connection.show(Shown::Created);
    manager.connections.push(connection);
    Ok(json_answer(201, &body))
}

pub(super) fn get(manager: &mut Manager, call: &Call) -> Outcome {
    ok(&manager.find(call.id()?)?.show(Shown::Read))
}

pub(super) fn patch(manager: &mut Manager, call: &Call) -> Outcome {
    let id = call.id()?;
    let input = Input::of_update(call.asked)?;
    input.check(false, manager.host_guard)?;
    let place = manager.place(id)?;
    let mut connection = manager.connections[place].clone();
    if manager.jobs.refuse(&connection.config_name) {
        return Err(Refusal::busy("update"));
    }
    input.apply(&mut connection);
    check(&connection)?;
    if manager.is_taken(&connection) {
        return Err(Refusal::taken());
    }
    connection.updated_at = manager.clock.stamp();
    let body = connection.show(Shown::Patched);
    manager.connections[place] = connection;
    ok(&body)
}

pub(super) fn delete(manager: &mut Manager, call: &Call) -> Outcome {
    let place = manager.place(call.id()?)?;
    let name = manager.connections[place].config_name.clone();
    if manager.jobs.refuse(&name) {
        return Err(Refusal::busy("delete"));
    }
    // Softly, but nothing ever shows what was deleted.
    manager.connections.remove(place);
    Ok(Answer::empty(204))
}

/// Gives a product to a record that has none, once and for all.
pub(super) fn assign(manager: &mut Manager, call: &Call) -> Outcome {
    let id = call.id()?;
    let product = required_product(call.asked.header("x-product-name"))?;
    let place = manager.place(id)?;
    let updated_at = manager.clock.stamp();
    let connection = &mut manager.connections[place];
    if connection.product.is_some() {
        let message = "The connection is already assigned to a product and cannot be reassigned.";
        return Err(Refusal::new(409, "FET-1015", "Connection Already Assigned", message));
    }
    connection.product = Some(product);
    connection.updated_at = updated_at;
    ok(&connection.show(Shown::Read))
}
