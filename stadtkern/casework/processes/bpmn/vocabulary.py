"""The names of BPMN 2.0: namespaces, kinds of elements and which attributes and elements are references."""

from __future__ import annotations

from typing import Final

MODEL: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DD_DI: Final = "http://www.omg.org/spec/DD/20100524/DI"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
OURS: Final = "urn:stadtkern:bpmn:1"
CAMUNDA: Final = "http://camunda.org/schema/1.0/bpmn"
ACTIVITI: Final = "http://activiti.org/bpmn"
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
STANDARD: Final = frozenset({MODEL, DI, DC, DD_DI})

TASKS: Final = frozenset(
    {
        "task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
    }
)  # fmt: skip
SUB_PROCESSES: Final = frozenset({"subProcess", "adHocSubProcess", "transaction"})
CHOREOGRAPHY_NODES: Final = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
ACTIVITIES: Final = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS: Final = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
)
EVENTS: Final = frozenset(
    {
        "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "event",
        "implicitThrowEvent",
    }
)  # fmt: skip
FLOW_NODES: Final = ACTIVITIES | GATEWAYS | EVENTS | CHOREOGRAPHY_NODES
EVENT_DEFINITIONS: Final = frozenset(
    {
        "timerEventDefinition", "messageEventDefinition", "signalEventDefinition", "errorEventDefinition",
        "escalationEventDefinition", "compensateEventDefinition", "terminateEventDefinition",
        "conditionalEventDefinition", "linkEventDefinition", "cancelEventDefinition",
    }
)  # fmt: skip
SCOPES: Final = (
    frozenset({"process", "choreography", "globalChoreographyTask"}) | SUB_PROCESSES | {"subChoreography"}
)
DATA: Final = frozenset(
    {"dataObject", "dataObjectReference", "dataStoreReference", "dataStore", "dataInput", "dataOutput"}
)
ARTIFACTS: Final = frozenset({"textAnnotation", "group", "association"})
CONVERSATION: Final = frozenset({"conversation", "subConversation", "callConversation", "conversationLink"})

ATTRIBUTE_REFERENCES: Final = frozenset(
    {
        "sourceRef", "targetRef", "default", "attachedToRef", "processRef", "dataObjectRef", "dataStoreRef", "messageRef",
        "errorRef", "escalationRef", "signalRef", "operationRef", "itemSubjectRef", "itemRef", "categoryValueRef",
        "activityRef", "bpmnElement", "sourceElement", "targetElement", "labelStyle", "choreographyActivityShape",
        "initiatingParticipantRef", "choreographyRef", "parameterAssignments", "parameterRef", "inputDataRef",
        "outputDataRef", "oneBehaviorEventRef", "noneBehaviorEventRef", "eventDefinitionRef", "definitionalCollaborationRef",
        "correlationKeyRef", "correlationPropertyRef", "dataState", "partitionElementRef",
    }
)  # fmt: skip
"""Attributes (of BPMN elements) whose value is the id of another element. ``calledElement`` may be in another file."""

ELEMENT_REFERENCES: Final = frozenset(
    {
        "flowNodeRef", "incoming", "outgoing", "dataInputRefs", "dataOutputRefs", "sourceRef", "targetRef", "inMessageRef",
        "outMessageRef", "errorRef", "resourceRef", "categoryValueRef", "inputSetRefs", "outputSetRefs", "messageRef",
        "participantRef", "loopDataInputRef", "loopDataOutputRef", "supportedInterfaceRef", "activityRef",
        "eventDefinitionRef", "interfaceRef", "optionalInputRefs", "optionalOutputRefs", "whileExecutingInputRefs",
        "whileExecutingOutputRefs", "messageFlowRef", "innerConversationNodeRef", "outerConversationNodeRef",
        "innerMessageFlowRef", "outerMessageFlowRef", "innerParticipantRef", "outerParticipantRef", "choreographyRef",
        "correlationPropertyRef", "correlationKeyRef", "completionQuantityRef",
    }
)  # fmt: skip
"""Elements whose text is the id of another element."""

DEFINED_ELSEWHERE: Final = frozenset(
    {"itemSubjectRef", "itemRef", "operationRef", "supportedInterfaceRef", "interfaceRef"}
)
"""References that tools fill with names of their own; a missing target is kept and not refused."""

REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "sequenceFlow": ("sourceRef", "targetRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "association": ("sourceRef", "targetRef"),
    "boundaryEvent": ("attachedToRef",),
}
"""Attributes without which a drawing has no meaning."""

KIND_NAMES: Final[dict[str, tuple[str, str]]] = {
    "task": ("Aufgabe", "task"), "userTask": ("Benutzeraufgabe", "user task"), "manualTask": ("manuelle Aufgabe", "manual task"),
    "serviceTask": ("Dienstaufgabe", "service task"), "scriptTask": ("Skriptaufgabe", "script task"),
    "businessRuleTask": ("Entscheidungsaufgabe", "business rule task"), "sendTask": ("Sendeaufgabe", "send task"),
    "receiveTask": ("Empfangsaufgabe", "receive task"), "callActivity": ("Aufruf eines Ablaufs", "call activity"),
    "subProcess": ("Teilablauf", "sub-process"), "adHocSubProcess": ("freier Teilablauf (ad hoc)", "ad-hoc sub-process"),
    "transaction": ("Transaktion", "transaction"), "exclusiveGateway": ("Entscheidung (entweder/oder)", "exclusive gateway"),
    "parallelGateway": ("Verzweigung (gleichzeitig)", "parallel gateway"),
    "inclusiveGateway": ("Verzweigung (und/oder)", "inclusive gateway"),
    "eventBasedGateway": ("Verzweigung nach Ereignis", "event-based gateway"),
    "complexGateway": ("komplexe Verzweigung", "complex gateway"), "startEvent": ("Start", "start event"),
    "endEvent": ("Ende", "end event"), "intermediateCatchEvent": ("Warteereignis", "intermediate catch event"),
    "intermediateThrowEvent": ("Zwischenereignis", "intermediate throw event"),
    "boundaryEvent": ("angeheftetes Ereignis", "boundary event"), "sequenceFlow": ("Pfeil", "sequence flow"),
    "process": ("Ablauf", "process"), "choreographyTask": ("Choreografie-Aufgabe", "choreography task"),
    "subChoreography": ("Teil-Choreografie", "sub-choreography"), "callChoreography": ("Aufruf einer Choreografie", "call choreography"),
    "dataObject": ("Datenobjekt", "data object"), "dataStoreReference": ("Datenspeicher", "data store"),
    "choreography": ("Choreografie", "choreography"), "participant": ("Beteiligter", "participant"),
    "globalChoreographyTask": ("globale Choreografie-Aufgabe", "global choreography task"),
    "conversation": ("Konversation", "conversation"), "subConversation": ("Teil-Konversation", "sub-conversation"),
    "callConversation": ("Aufruf einer Konversation", "call conversation"), "globalTask": ("globale Aufgabe", "global task"),
    "globalUserTask": ("globale Benutzeraufgabe", "global user task"), "globalManualTask": ("globale manuelle Aufgabe", "global manual task"),
    "globalScriptTask": ("globale Skriptaufgabe", "global script task"),
    "globalBusinessRuleTask": ("globale Entscheidungsaufgabe", "global business rule task"),
}  # fmt: skip


def kind_name(kind: str, language: str = "de") -> str:
    """What people call a kind of element; the name of the standard if we have no word."""
    german, english = KIND_NAMES.get(kind, (kind, kind))
    return english if language.startswith("en") else german
