import { text } from '../text.js';

/** Why an article makes no rule here, where several instruments share the reason. */
export const REASONS = {
  definitions: text(
    'Определения терминов: сами по себе ничего не разрешают и не запрещают; термины взяты в коды и тексты правил.',
    'Терминдердің анықтамалары: өздігінен ештеңеге рұқсат бермейді және тыйым салмайды; терминдер кодтар мен қағидалар мәтіндерінде қолданылған.',
    'Definitions: by themselves they allow and forbid nothing; the codes and the texts of the rules use their terms.',
  ),
  subject: text(
    'Цель или предмет документа: правила – в статьях, которые его осуществляют.',
    'Құжаттың мақсаты немесе нысанасы: қағидалар оны жүзеге асыратын баптарда.',
    'Aim or subject of the instrument: the rules are in the articles that carry it out.',
  ),
  measures: text(
    'Обязанность государства принять меры у себя: по сообщению между органами её исполнение не видно.',
    'Мемлекеттің өз ішінде шаралар қабылдау міндеті: органдар арасындағы хабарламадан оның орындалуы көрінбейді.',
    'A duty of the state to take measures at home: a message between authorities does not show whether it did.',
  ),
  lists: text(
    'Ведение перечня – дело государства и депозитария: изменение приходит новой книгой реестра, а не сообщением.',
    'Тізбені жүргізу – мемлекет пен депозитарийдің ісі: өзгеріс хабарламамен емес, тізілімнің жаңа кітабымен келеді.',
    'The list is a matter of state and depositary: a change comes as a new book of the register, not as a message.',
  ),
  otherTreaties: text(
    'Права и обязательства по другим договорам остаются: здесь решается только то, что идёт по этому документу.',
    'Басқа шарттар бойынша құқықтар мен міндеттемелер сақталады: мұнда тек осы құжат бойынша жүретін нәрсе шешіледі.',
    'Rights and obligations under other treaties remain: only what goes under this instrument is decided here.',
  ),
  amendments: text(
    'Изменения оформляются протоколом: изменённый текст входит в данные второй редакцией со своими днями.',
    'Өзгерістер хаттамамен ресімделеді: өзгертілген мәтін деректерге өз күндері бар екінші редакция болып кіреді.',
    'Amendments are made by protocol: an amended text enters the data as a second version with its own days.',
  ),
  nationalLaw: text(
    'Применение национального законодательства при исполнении – дело запрашиваемого органа, а не сообщения.',
    'Орындау кезінде ұлттық заңнаманы қолдану – хабарламаның емес, сұрау салынған органның ісі.',
    'Applying national law to the execution is the requested authority’s matter, not the message’s.',
  ),
  programmes: text(
    'Программы и совместная работа государств: согласуются отдельно и не состоят в обмене сообщениями.',
    'Мемлекеттердің бағдарламалары мен бірлескен жұмысы: бөлек келісіледі және хабарлама алмасудан тұрмайды.',
    'Programmes and joint work of the states: agreed separately, and not an exchange of messages.',
  ),
} as const;
