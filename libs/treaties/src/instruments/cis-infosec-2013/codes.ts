import type { Codes } from '../../instrument.js';
import { text } from '../../text.js';

/** The directions of article 3 in the order of the text (the sixth line holds two), and #9.2. */
export const codes: Codes = {
  offences: {},
  contents: {},
  forms: {
    '3.1': text(
      'Сближение нормативных правовых актов',
      'Нормативтік құқықтық актілерді жақындастыру',
      'Convergence of legal acts',
    ),
    '3.2': text(
      'Разработка актов для совместных скоординированных мероприятий',
      'Бірлескен үйлестірілген іс-шаралар үшін актілер әзірлеу',
      'Acts for joint coordinated measures',
    ),
    '3.3': text(
      'Разработка нормативных документов и доведение до пользователей',
      'Нормативтік құжаттарды әзірлеу және пайдаланушыларға жеткізу',
      'Normative documents, brought to users',
    ),
    '3.4': text(
      'Нормативное обеспечение производства средств и средств защиты',
      'Құралдар мен қорғау құралдарын өндіруді нормативтік қамтамасыз ету',
      'Normative support of the production of tools and means of protection',
    ),
    '3.5': text('Межгосударственные стандарты', 'Мемлекетаралық стандарттар', 'Interstate standards'),
    '3.6': text(
      'Создание защищённых информационных систем',
      'Қорғалған ақпараттық жүйелерді құру',
      'Creating protected information systems',
    ),
    '3.7': text(
      'Организация трансграничной передачи информации',
      'Ақпаратты трансшекаралық беруді ұйымдастыру',
      'Organising cross-border transfer of information',
    ),
    '3.8': text(
      'Совершенствование технологии защиты систем и ресурсов от угроз',
      'Жүйелер мен ресурстарды қатерлерден қорғау технологиясын жетілдіру',
      'Improving the protection of systems and resources from threats',
    ),
    '3.9': text(
      'Анализ и оценка угроз',
      'Қатерлерді талдау және бағалау',
      'Analysis and assessment of threats',
    ),
    '3.10': text(
      'Выявление и нейтрализация опасных устройств и программ',
      'Қауіпті құрылғылар мен бағдарламаларды анықтау және бейтараптандыру',
      'Detecting and neutralising dangerous devices and programs',
    ),
    '3.11': text(
      'Предотвращение несанкционированного доступа и утечки',
      'Санкцияланбаған қол жеткізу мен жария болудың жолын кесу',
      'Preventing unauthorised access and leaks',
    ),
    '3.12': text(
      'Защита информации ограниченного доступа при взаимодействии систем',
      'Жүйелердің өзара іс-қимылы кезінде қолжетімділігі шектеулі ақпаратты қорғау',
      'Protecting restricted information when systems interact',
    ),
    '3.13': text(
      'Модернизация сегментов межгосударственных систем',
      'Мемлекетаралық жүйелер сегменттерін жаңғырту',
      'Modernising segments of interstate systems',
    ),
    '3.14': text(
      'Сертификация средств защиты и взаимное признание',
      'Қорғау құралдарын сертификаттау және өзара тану',
      'Certification of means of protection and mutual recognition',
    ),
    '3.15': text(
      'Перспективные информационные технологии',
      'Перспективалы ақпараттық технологиялар',
      'Promising information technology',
    ),
    '3.16': text(
      'Экспертиза научных работ и продукции',
      'Ғылыми жұмыстар мен өнімге сараптама',
      'Expert review of research and products',
    ),
    '3.17': text(
      'Профессиональная переподготовка и повышение квалификации кадров',
      'Кадрларды кәсіптік қайта даярлау және олардың біліктілігін арттыру',
      'Retraining and further training of staff',
    ),
    '3.18': text(
      'Обобщение и внедрение передового опыта',
      'Озық тәжірибені қорыту және енгізу',
      'Generalising and introducing best practice',
    ),
    '3.19': text(
      'Научные конференции, симпозиумы и совещания',
      'Ғылыми конференциялар, симпозиумдар және кеңестер',
      'Conferences, symposia and meetings',
    ),
    '9.2': text('Обмен опытом', 'Тәжірибе алмасу', 'Exchange of experience'),
  },
};
